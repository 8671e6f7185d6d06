package commands

import "magpie/outbox"

// pauseRequest holds what is being sent; whose it is, approvers and admins may.
func pauseRequest() *Command {
	return pressing("pause", outbox.Sender, (*outbox.Outbox).PauseRequest)
}
