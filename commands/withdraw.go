package commands

import "magpie/outbox"

// withdraw takes a waiting request back: the requester's or an admin's.
func withdraw() *Command {
	return pressing("withdraw", outbox.Sender, (*outbox.Outbox).Withdraw)
}
