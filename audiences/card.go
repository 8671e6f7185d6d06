package audiences

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// listed is how many audiences of an account are listed at most.
const listed = 500

// List shows an account's audiences by their names, and how many others have.
func (a *Audiences) List(ctx context.Context, account string, sees func(by string, where cards.Place, ofAccount bool) bool) (cards.Card, error) {
	card := cards.Card{Title: cards.T("audience.list_title")}
	names, err := store.Column[string](a.DB.Query(ctx, "select name from audience where account = $1 order by name limit $2", account, listed+1))
	if err != nil {
		return card, fmt.Errorf("list audiences: %w", err)
	}
	for _, name := range names[:min(len(names), listed)] {
		n, err := a.named(ctx, a.DB, account, name)
		if cards.IsRefused(err, cards.NotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return card, err
		}
		if !sees(n.present.origin()) {
			continue
		}
		card.Rows = append(card.Rows, n.row())
	}
	var elsewhere int
	served, args := a.Outbox.Accounts.In("account", 1)
	if err := a.DB.QueryRow(ctx, "select count(*) from audience where not ("+served+")", args...).Scan(&elsewhere); err != nil {
		return card, fmt.Errorf("count the audiences of other accounts: %w", err)
	}
	if elsewhere > 0 {
		card.Notes = []cards.Text{cards.T("audience.list_elsewhere", "count", elsewhere)}
	}
	if len(card.Rows) == 0 {
		card.Body = []cards.Text{cards.T("audience.list_none")}
		return card, nil
	}
	card.Columns = []cards.Text{cards.T("audience.head_name"), cards.T("audience.head_state"), cards.T("audience.head_from"), cards.T("audience.head_by")}
	if len(names) > listed {
		card.Notes = append([]cards.Text{cards.T("audience.list_more", "count", listed)}, card.Notes...)
	}
	return card, nil
}

// row is an audience in a list.
func (n named) row() cards.Row {
	state, from, name := n.state(), n.present.from(), cards.Plain("@"+n.Name)
	return cards.Row{
		Account: n.present.Account,
		Text:    cards.T("audience.list_row", "name", at(n.Name), "state", state, "from", from, "who", cards.User(n.present.Who)),
		Cells:   []cards.Text{name, state, from, cards.T("audience.column_who", "who", cards.User(n.present.Who))},
		Buttons: []cards.Button{{Label: cards.T("audience.button_show"), Line: "audience show " + n.Name, Below: name}},
	}
}

// Names are the names of an account's audiences, in order, 1,000 of them at most.
func (a *Audiences) Names(ctx context.Context, account string) ([]string, error) {
	names, err := store.Column[string](a.DB.Query(ctx, "select name from audience where account = $1 order by name limit 1000", account))
	if err != nil {
		return nil, fmt.Errorf("list the names of audiences: %w", err)
	}
	return names, nil
}

// Show tells everything about one audience of an account. Refuses with cards.NotFound where
// there is none.
func (a *Audiences) Show(ctx context.Context, account, name string) (cards.Card, error) {
	n, err := a.named(ctx, a.DB, account, name)
	if err != nil {
		return cards.Card{}, err
	}
	v, name := n.present, n.Name
	card := cards.Card{Title: cards.T("audience.title", "name", "@"+name), Fields: []cards.Field{
		{Label: cards.T("audience.field_state"), Value: n.state()},
		{Label: cards.T("audience.field_from"), Value: v.from()},
		{Label: cards.T("audience.field_by"), Value: cards.T("audience.by", "who", cards.User(v.Who), "at", v.Begun)},
	}}
	if n.Version > 0 {
		unsubscribed, err := a.unsubscribedOf(ctx, v)
		if err != nil {
			return cards.Card{}, err
		}
		card.Fields = append(card.Fields, cards.Field{Label: cards.T("audience.field_unsubscribed"), Value: number(unsubscribed)})
		card.Fields = append(card.Fields, v.columnField()...)
	}
	if n.Version == 0 && v.State == Failed {
		card.Body = []cards.Text{v.Reason}
	}
	card.Body = append(card.Body, v.leftOut()...)
	card.Buttons = v.rowsButton()
	if n.Version > 0 && n.latest.N != n.Version {
		card.Notes = append(card.Notes, n.newer())
	}
	acts, err := a.record(ctx, account, name)
	card.Notes = append(card.Notes, acts...)
	return card, err
}

// newer says what the version is that is not in force.
func (n named) newer() cards.Text {
	if n.latest.State == Importing {
		return cards.T("audience.newer_importing", "who", cards.User(n.latest.Who), "count", n.latest.Size)
	}
	return cards.T("audience.newer_failed", "who", cards.User(n.latest.Who), "why", n.latest.Reason)
}

// state is how a name stands.
func (n named) state() cards.Text {
	switch {
	case n.Version > 0:
		return cards.T("audience.members", "count", n.present.Size)
	case n.latest.State == Importing:
		return cards.T("audience.state_importing", "count", n.latest.Size)
	}
	return cards.T("audience.state_failed")
}

// from says where the members come from.
func (v version) from() cards.Text {
	switch v.Kind {
	case CSV:
		if v.Label == "" {
			return cards.T("audience.from_file")
		}
		return cards.T("audience.from_csv", "file", cards.Code(v.Label))
	case Tag:
		tag := v.Label
		if tag == "" {
			tag = v.Source
		}
		return cards.T("audience.from_tag", "tag", cards.Code(tag))
	case Followers:
		return cards.T("audience.from_followers")
	case Subscribed:
		return cards.T("audience.from_subscribed", "template", cards.Code(cmp.Or(v.Label, v.Source)))
	}
	return cards.T("audience.from_test")
}

func (a *Audiences) unsubscribedOf(ctx context.Context, v version) (n int64, err error) {
	err = a.DB.QueryRow(ctx, "select count(*) from (select account, hash from unsubscribed union select account, hash from unsubscribed_digest) u join audience_key k on k.version = $1 and k.hash = u.hash where u.account = $2", v.N, v.Account).Scan(&n)
	return n, err
}

// readyCard tells of a version that is in force.
func (f *importer) readyCard() cards.Card {
	card := cards.Card{
		Account: f.Account,
		Title:   cards.T("audience.ready_title", "name", "@"+f.Name),
		Body:    f.leftOut(),
		Fields: append([]cards.Field{
			{Label: cards.T("audience.field_members"), Value: number(int64(f.Size))},
			{Label: cards.T("audience.field_from"), Value: f.from()},
			{Label: cards.T("audience.field_by"), Value: cards.T("audience.by", "who", cards.User(f.Who), "at", f.Begun)},
		}, f.columnField()...),
		Notes:   []cards.Text{cards.T("audience.how_to", "to", cards.Code("to=@"+f.Name))},
		Buttons: f.rowsButton(),
	}
	return card
}

// failedCard tells why there is no new version, and whether there is an old one.
func (f *importer) failedCard(stays bool) cards.Card {
	card := cards.Card{
		Account: f.Account,
		Title:   cards.T("audience.failed_title", "name", "@"+f.Name),
		Body:    append([]cards.Text{f.Reason}, f.leftOut()...),
		Fields: []cards.Field{
			{Label: cards.T("audience.field_from"), Value: f.from()},
			{Label: cards.T("audience.field_by"), Value: cards.T("audience.by", "who", cards.User(f.Who), "at", f.Begun)},
		},
	}
	card.Buttons = f.rowsButton()
	if stays {
		card.Notes = []cards.Text{cards.T("audience.stays", "name", at(f.Name))}
	}
	return card
}

// rowsButton gives all rows that are left out, where a card cannot name them.
func (v version) rowsButton() []cards.Button {
	if v.tellsAll() {
		return nil
	}
	return []cards.Button{{Label: cards.T("audience.button_rows"), Line: "audience rows " + v.Name}}
}

// Rows puts a file of all rows that the newest version of an account's audience leaves out
// where somebody asks for it. Refuses with cards.NotFound where there is no such audience;
// without a code where it leaves out none.
func (a *Audiences) Rows(ctx context.Context, account, name string, place cards.Place) (Said, error) {
	n, err := a.named(ctx, a.DB, account, name)
	if err != nil {
		return Said{}, err
	}
	of, name := n.present, n.Name
	if n.Version == 0 {
		of = n.latest
	}
	err = a.Outbox.Engine.ShareLeftOut(ctx, name+"-left-out.csv", place, sending.LeftOutByAudience(of.N))
	return Said{Text: cards.T("audience.answer_rows", "name", at(name))}, err
}

// columnField names the columns as they are merged.
func (v version) columnField() []cards.Field {
	if len(v.Columns) == 0 {
		return nil
	}
	names := make([]cards.Text, 0, len(v.Columns))
	for _, c := range v.Columns {
		names = append(names, cards.Code("{{"+c+"}}"))
	}
	return []cards.Field{{Label: cards.T("audience.field_columns"), Value: cards.T("audience.columns", "columns", names)}}
}

// lines are texts below each other.
func lines(texts []cards.Text) cards.Text {
	if len(texts) == 1 {
		return texts[0]
	}
	return cards.T("audience.lines", "line", texts[0], "rest", lines(texts[1:]))
}

func number(n int64) cards.Text { return cards.Plain(strconv.FormatInt(n, 10)) }
