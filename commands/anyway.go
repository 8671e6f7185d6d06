package commands

import "magpie/outbox"

// anyway asks once more for what looks like an earlier request. Only the button
// **Ask anyway** says it, and however often it is pressed, one request comes of it.
func anyway() *Command {
	c := pressing("anyway", outbox.Sender, (*outbox.Outbox).AskAnyway)
	c.Hidden = true
	return c
}
