"""Quizzes, drills, exams and reviews: one's sittings, their clock and their marks."""
