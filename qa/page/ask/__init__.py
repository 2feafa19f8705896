"""The Ask tab: questions and answers, what they are put to, kept conversations, marks, what is saved."""
