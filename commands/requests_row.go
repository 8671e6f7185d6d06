package commands

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/outbox"
)

// requestRow is a request in a list: its number, how it stands, what it is to do, who asked and
// when.
func (l *lists) requestRow(ctx context.Context, call Call, r outbox.Request) (cards.Row, error) {
	what, named, err := l.outbox.Sentence(ctx, r)
	if err != nil {
		return cards.Row{}, fmt.Errorf("what request %d is to do: %w", r.N, err)
	}
	if what.IsZero() {
		what = cards.T("answer.request_what", "kind", cards.T("kind."+r.Kind), "count", r.Size)
	}
	row := cards.T("answer.request_row", "n", r.N, "sign", cards.T("sign."+string(r.State)), "state", cards.T("now."+string(r.State)), "what", what, "who", cards.User(r.By), "at", r.AskedAt)
	if !named {
		row = l.served.withTitle(call, r.Account, row)
	}
	return cards.Row{Account: r.Account, Text: row, Cells: l.requestCells(call, r, what, named)}, nil
}

// requestColumns head a table of requests.
func requestColumns() []cards.Text {
	return []cards.Text{cards.T("column.number"), cards.T("column.state"), cards.T("column.what"), cards.T("column.asked_by"), cards.T("column.asked_at")}
}

// requestCells are a request in the columns of a table.
func (l *lists) requestCells(call Call, r outbox.Request, what cards.Text, named bool) []cards.Text {
	if !named {
		what = l.served.withTitle(call, r.Account, what)
	}
	return []cards.Text{
		cards.T("column.is_number", "n", r.N), cards.T("column.is_state", "sign", cards.T("sign."+string(r.State)), "state", cards.T("now."+string(r.State))),
		what, cards.T("column.is", "value", cards.User(r.By)), cards.T("column.is", "value", r.AskedAt),
	}
}

// rowsOf are requests as somebody sees them in a list of their own: with what they may do.
func (l *lists) rowsOf(ctx context.Context, call Call, found []outbox.Request) ([]cards.Row, error) {
	rows := make([]cards.Row, len(found))
	for i, r := range found {
		buttons, err := l.outbox.ButtonsFor(ctx, r, call.Who)
		if err != nil {
			return nil, fmt.Errorf("what may be done to request %d: %w", r.N, err)
		}
		if rows[i], err = l.requestRow(ctx, call, r); err != nil {
			return nil, err
		}
		name := cards.T("column.is_number", "n", r.N)
		for j, button := range buttons {
			buttons[j].Below = cards.T("column.button", "label", button.Label, "name", name)
		}
		rows[i].Buttons = append(buttons, cards.Button{Label: cards.T("answer.request_show"), Line: fmt.Sprintf("details %d", r.N), Below: name})
	}
	return rows, nil
}
