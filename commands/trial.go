package commands

import "magpie/outbox"

// trial asks for a trial of a broadcast: its first message, to one's own openids.
func trial() *Command {
	c := pressing("trial", outbox.Sender, (*outbox.Outbox).AskTrial)
	c.stands = true
	return c
}
