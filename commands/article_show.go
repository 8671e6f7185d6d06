package commands

import "magpie/articles"

// articleShow shows an article with its whole text.
func articleShow() *Command { return lookingAt("article show", (*articles.Desk).Show) }
