"""The hostile suite: cheats played over real HTTP against any running house."""
