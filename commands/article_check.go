package commands

import "magpie/articles"

// articleCheck lists what is wrong with an article, where, and how to mend it.
func articleCheck() *Command { return lookingAt("article check", (*articles.Desk).Check) }
