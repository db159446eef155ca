"""The course: scenarios, exercises, lessons and their revisions."""
