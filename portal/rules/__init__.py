"""The program's rules in plain words, generated from the plan and the settings in force."""
