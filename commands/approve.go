package commands

import "magpie/outbox"

// approve counts the person's approval of a request.
func approve() *Command {
	c := pressing("approve", outbox.Approver, (*outbox.Outbox).Approve)
	c.looks = true // how many it reaches by now
	return c
}
