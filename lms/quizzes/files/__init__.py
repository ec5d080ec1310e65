"""The curriculum's quizzes: items read in both languages, what has to hold for them, how they enter the bank."""
