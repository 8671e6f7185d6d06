package commands

import "magpie/outbox"

// resumeRequest lets a paused request go on at once.
func resumeRequest() *Command {
	return pressing("resume", outbox.Sender, (*outbox.Outbox).ResumeRequest)
}
