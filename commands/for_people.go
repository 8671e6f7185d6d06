package commands

import "slices"

// forPeople are the commands by which somebody decides, or says who decides: no program says
// them, whoever's token it has.
var forPeople = []string{
	"approve", "reject", "ask-changes", "again", "again failed", "leave", "anyway", "article waive", "schedule missed",
	"resume", "resume-all", "schedule resume", "pause-all", "account use", "template name", "away", "me", "token new", "token revoke", "forget",
}

func isForPeople(path string) bool { return slices.Contains(forPeople, path) }
