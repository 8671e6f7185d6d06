package slacktest

import "encoding/json"

// WriteRich posts a message of a person with the blocks that Slack's editor makes of what they
// format or paste: rich_text, beside the text that it makes of the same.
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
func (w *Workspace) WriteRich(userID, channelID, text string, blocks json.RawMessage) (Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, c, err := w.scene(userID, channelID)
	if err != nil {
		return Message{}, err
	}
	m := &Message{Channel: c.ID, User: u.ID, Text: text, Blocks: blocks}
	w.post(m)
	return *m, nil
}
