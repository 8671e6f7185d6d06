package commands

import "magpie/articles"

// articleHistory lists an article's texts and what was done to it.
func articleHistory() *Command { return lookingAt("article history", (*articles.Desk).History) }
