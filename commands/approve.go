package commands

import "magpie/outbox"

// approve counts the person's approval of a request.
func approve() *Command {
	return pressing("approve", outbox.Approver, (*outbox.Outbox).Approve)
}
