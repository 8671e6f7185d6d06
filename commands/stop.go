package commands

import "magpie/outbox"

// stopRequest ends a request for good; nobody more is called.
func stopRequest() *Command {
	return pressing("stop", outbox.Everyone, (*outbox.Outbox).StopRequest)
}
