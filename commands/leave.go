package commands

import "magpie/outbox"

// leave settles that what is unclear is not repeated.
func leave() *Command {
	return pressing("leave", outbox.Approver, (*outbox.Outbox).Leave)
}
