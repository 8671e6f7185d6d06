package commands

import "magpie/articles"

// articleOutline shows what an article was meant to tell, and its headings.
func articleOutline() *Command { return lookingAt("article outline", (*articles.Desk).Outline) }
