package commands

import "magpie/outbox"

// stopRequest ends a request for good; nothing more is sent.
func stopRequest() *Command {
	return pressing("stop", outbox.Sender, (*outbox.Outbox).StopRequest)
}
