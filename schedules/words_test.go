package schedules

import (
	"testing"

	"magpie/cards/cardstest"
	"magpie/outbox"
)

func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	said := cardstest.Said(t, `(?:cards\.T|cards\.Refuse|s\.refuse|s\.inQuiet)\("([a-z_.]+[a-z])"|key :?= "((?:fault|schedule)\.[a-z_]+)"`)
	for _, state := range []State{Waiting, Active, Paused, Ended, Removed} {
		said["schedule.state."+string(state)] = true
	}
	for _, state := range []string{"firing", "asked", "open", "skipped"} {
		said["schedule.run."+state] = true
	}
	for _, state := range outbox.States { // a run ends as its request does
		if state.Ended() {
			said["schedule.run."+string(state)] = true
		}
	}
	for _, verb := range []string{"paused", "resumed", "removed", "ran_missed", "skipped_missed", "moved", "adopted"} {
		said["schedule.verb."+verb] = true
	}
	for _, verb := range []string{"paused", "resumed", "removed"} {
		said["schedule.told_"+verb] = true
	}
	for _, verb := range []string{"paused", "removed"} {
		said["schedule.called_off_"+verb], said["field.schedule_"+verb] = true, true
	}
	for _, name := range fieldNames {
		said["spec."+name] = true
	}
	for name := range cardstest.Said(t, `add\("[a-z, ]+", "(terms\.[a-z_]+)"`) {
		said[name] = true
	}
	cardstest.Words(t, "schedules", said)
}
