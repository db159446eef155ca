"""Template filters of the quizzes."""
