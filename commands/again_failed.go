package commands

import "magpie/outbox"

// againFailed asks for a new request to those whom a broadcast failed to reach.
func againFailed() *Command {
	c := pressing("again failed", outbox.Sender, (*outbox.Outbox).AskFailed)
	c.stands = true
	return c
}
