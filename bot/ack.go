package bot

import (
	"encoding/json"
)

// maxAck is how many bytes of an acknowledgement we write: Slack drops what is 20 KB or larger
// without a word. They are counted as they are written, & < > as \u0026 and so on.
const maxAck = 19 * 1024

// forAck are the messages of a private answer, of which the first can be the acknowledgement:
// false where it cannot. Nobody hears that Slack refuses one, so no table stands in it before
// one was taken. What is posted to us is answered in its response always, first by rows.
func (b *Bot) forAck(e *envelope, messages []Message) ([]Message, bool) {
	if rows := messages[0].rows; rows != nil && (!b.tables.taken.Load() || !fits(ephemeral(messages[0]))) {
		if !e.shared {
			return messages, false
		}
		messages = rows
	}
	if fits(ephemeral(messages[0])) {
		return messages, true
	}
	if !e.shared {
		return messages, false
	}
	first, rest := messages[0].cut()
	if len(first.Blocks) == 0 {
		return messages, false
	}
	return append([]Message{first, rest}, messages[1:]...), true
}

// cut is as much of a message as fits into an acknowledgement, and the rest of it.
func (m Message) cut() (first, rest Message) {
	first, rest = m, m
	for n := len(m.Blocks) - 1; n > 0; n-- {
		if first.Blocks, rest.Blocks = m.Blocks[:n], m.Blocks[n:]; fits(ephemeral(first)) {
			return first, rest
		}
	}
	return Message{}, m
}

// fits reports whether Slack takes payload as an acknowledgement.
func fits(payload any) bool {
	raw, err := json.Marshal(payload)
	return err == nil && len(raw) < maxAck
}
