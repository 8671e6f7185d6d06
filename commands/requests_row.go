package commands

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/outbox"
)

// requestRow is a request in one line of a list: its number, how it stands, what it is to do,
// who asked and when.
func (b *Book) requestRow(ctx context.Context, call Call, r outbox.Request) (cards.Text, error) {
	what, named, err := b.outbox.Sentence(ctx, r)
	if err != nil {
		return cards.Text{}, fmt.Errorf("what request %d is to do: %w", r.N, err)
	}
	if what.IsZero() {
		what = cards.T("answer.request_what", "kind", cards.T("kind."+r.Kind), "count", r.Size)
	}
	row := cards.T("answer.request_row", "n", r.N, "sign", stateSign(r.State), "state", cards.T("state."+string(r.State)), "what", what, "who", cards.User(r.By), "at", r.AskedAt)
	if named {
		return row, nil
	}
	return b.withTitle(call, r.Account, row), nil
}

// stateSign is how a state is seen at a glance.
func stateSign(s outbox.State) string {
	switch s {
	case outbox.Preparing, outbox.Waiting:
		return "⏳"
	case outbox.Approved:
		return "👍"
	case outbox.Sending:
		return "📤"
	case outbox.Paused:
		return "⏸️"
	case outbox.Done:
		return "✅"
	case outbox.Partly, outbox.Failed:
		return "⚠️"
	case outbox.Unclear:
		return "❓"
	case outbox.Rejected:
		return "⛔"
	}
	return "⚪" // it has ended without being sent
}

// rowsOf are requests as somebody sees them in a list of their own: with what they may do.
func (b *Book) rowsOf(ctx context.Context, call Call, found []outbox.Request) ([]cards.Row, error) {
	rows := make([]cards.Row, len(found))
	for i, r := range found {
		buttons, err := b.outbox.ButtonsFor(ctx, r, call.Who)
		if err != nil {
			return nil, fmt.Errorf("what may be done to request %d: %w", r.N, err)
		}
		text, err := b.requestRow(ctx, call, r)
		if err != nil {
			return nil, err
		}
		rows[i] = cards.Row{Account: r.Account, Text: text, Buttons: append(buttons, cards.Button{Label: cards.T("answer.request_show"), Line: fmt.Sprintf("details %d", r.N)})}
	}
	return rows, nil
}
