package commands

import "slices"

// forPeople are the commands by which somebody decides, or says who decides: no program says
// them, whoever's token it has. To decide is to let something go out or go on, to say what was
// meant, and to change what everybody's lines mean. To ask is none, nor is to hold back (pause,
// stop, withdraw): what is held, people let go on.
var forPeople = []string{
	"approve", "reject", "ask-changes", "again", "again failed", "leave", "anyway", "article waive", "schedule missed",
	"resume", "resume-all", "schedule resume", "account use", "template name", "away", "me", "token new", "token revoke", "forget",
}

func isForPeople(path string) bool { return slices.Contains(forPeople, path) }
