package commands

import "magpie/outbox"

// again repeats what nobody knows the end of; saying it is its approval.
func again() *Command {
	return pressing("again", outbox.Approver, (*outbox.Outbox).SendAgain)
}
