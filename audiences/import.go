package audiences

import (
	"context"
	"fmt"
	"slices"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Wanted is an audience that somebody asks for.
type Wanted struct {
	Name    string
	Kind    Kind
	Source  string   // of CSV: the file's id; of Tag: the tag's; of Subscribed: the template's
	Label   string   // of Tag: its name; of Subscribed: its title
	OpenIDs []string // of Test: each once
	Line    string   // says the same again
	Replace bool     // whoever asks knows that there is one of this name
}

// Import makes an audience, or a new version of one. The one that is there is replaced
// after a question, once the new one is whole. Refuses with cards.NotTheirs where work refers
// to it and the person may not change it; without a code what is no openid, and where somebody
// else's openids for trials have the name.
func (a *Audiences) Import(ctx context.Context, act Act, w Wanted) (Said, error) {
	act.Audience, act.Verb, act.Note = w.Name, "imported", fmt.Sprintf("%s %s", w.Kind, w.Source)
	return a.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		// A refusal commits: whatever may be refused comes before anything is written.
		if bad := slices.IndexFunc(w.OpenIDs, func(id string) bool { return !IsOpenID(id) }); bad >= 0 {
			return Said{}, cards.Refuse("audience.not_openid", "openid", cards.Code(shorten(w.OpenIDs[bad], maxOpenID)))
		}
		name, err := a.spelledNew(ctx, tx, act.Account, w.Name)
		if err != nil {
			return Said{}, err
		}
		w.Name, act.Audience = name, name
		if err := lockName(ctx, tx, act.Account, w.Name); err != nil {
			return Said{}, err
		}
		n, err := a.named(ctx, tx, act.Account, w.Name)
		known := err == nil
		if err != nil && !cards.IsRefused(err, cards.NotFound) {
			return Said{}, err
		}
		if known && n.Version > 0 && n.present.Kind == Test && w.Kind == Test && n.present.Who != act.Who.ID {
			return Said{}, cards.Refuse("audience.test_taken", "name", at(w.Name), "who", cards.User(n.present.Who))
		}
		if err := a.mayChange(ctx, tx, act.Account, act.Who, w.Name, n); err != nil {
			return Said{}, err
		}
		if known && !w.Replace && (n.Version > 0 || n.latest.State == Importing) {
			act.Verb = "asked"
			return a.question(n, w), nil
		}
		if known && n.Version > 0 {
			act.Verb = "replaced"
		}
		version, err := a.begin(ctx, tx, act, w)
		if err != nil {
			return Said{}, err
		}
		if w.Kind == Test {
			return a.test(ctx, tx, version, act.Account, w)
		}
		return Said{Text: cards.T("audience.answer_importing", "name", at(w.Name))},
			a.Jobs.Enqueue(ctx, tx, jobImport, importJob{Version: version})
	})
}

// mayChange refuses whoever may not change what a name stands for. A name that was freed
// is its last owner's still, for as long as work refers to it.
func (a *Audiences) mayChange(ctx context.Context, q store.Queryer, account string, who cards.Person, name string, n named) error {
	owner := n.present.Who
	if n.Version == 0 {
		err := q.QueryRow(ctx, "select who from audience_version where account = $1 and name = $2 and state in ('ready', 'replaced', 'removed') order by version desc limit 1", account, name).Scan(&owner)
		if err != nil && !isNone(err) {
			return fmt.Errorf("read who made the audience %q: %w", name, err)
		}
	}
	return a.Outbox.MayChange(ctx, q, account, who, outbox.Name{What: outbox.NamedAudience, Name: name}, owner)
}

// question asks whether an audience may be replaced.
func (a *Audiences) question(n named, w Wanted) Said {
	said := Said{
		Text:    cards.T("audience.ask_replace_importing", "name", at(n.Name), "who", cards.User(n.latest.Who)),
		Buttons: []cards.Button{{Label: cards.T("audience.button_replace"), Line: w.Line + " replace=yes", Style: "danger"}},
	}
	if n.Version > 0 {
		said.Text = cards.T("audience.ask_replace", "name", at(n.Name), "count", n.present.Size, "who", cards.User(n.present.Who), "at", n.present.Begun)
	}
	return said
}

// test fills an audience of somebody's own openids at once.
func (a *Audiences) test(ctx context.Context, tx *store.Tx, n int64, account string, w Wanted) (Said, error) {
	var keys memberKeys
	sums := newSums(nil)
	members := make([]member, len(w.OpenIDs))
	for i, id := range w.OpenIDs {
		members[i] = member{row: int64(i) + 1, openid: id}
		keys.add(id, members[i].row)
		sums.add(members[i])
	}
	if err := addMembers(ctx, tx, n, members); err != nil {
		return Said{}, err
	}
	if err := addKeys(ctx, tx, n, slices.Collect(keys.sorted(func(int64) {}))); err != nil {
		return Said{}, err
	}
	if _, err := a.switchTo(ctx, tx, version{N: n, Account: account, Name: w.Name, Size: len(members), Sums: sums.of(nil)}, ""); err != nil {
		return Said{}, err
	}
	return Said{Text: cards.T("audience.answer_test", "name", at(w.Name), "count", len(members))}, nil
}

// Remove frees a name, after a question. A request that refers to its members keeps
// them. Refuses with cards.NotFound where there is no such audience, and with cards.NotTheirs
// where work refers to it and the person may not change it.
func (a *Audiences) Remove(ctx context.Context, act Act, name string, sure bool) (Said, error) {
	act.Audience, act.Verb = name, "removed"
	return a.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		name, _, err := a.spelled(ctx, tx, act.Account, name)
		if err != nil {
			return Said{}, err
		}
		act.Audience = name
		if err := lockName(ctx, tx, act.Account, name); err != nil {
			return Said{}, err
		}
		n, err := a.named(ctx, tx, act.Account, name)
		if err != nil {
			return Said{}, err
		}
		if err := a.mayChange(ctx, tx, act.Account, act.Who, name, n); err != nil {
			return Said{}, err
		}
		lent, err := a.Outbox.Engine.Lent(ctx, tx, n.present.N)
		if err != nil {
			return Said{}, err
		}
		if !sure {
			act.Verb = "asked"
			said := Said{
				Text:    cards.T("audience.ask_remove", "name", at(name), "count", n.present.Size),
				Buttons: []cards.Button{{Label: cards.T("audience.button_remove"), Line: "audience remove " + name + " sure=yes", Style: "danger"}},
			}
			if lent {
				said.Text = cards.T("audience.ask_remove_lent", "name", at(name), "count", n.present.Size)
			}
			return said, nil
		}
		if err := a.supersede(ctx, tx, Removed, "account = $3 and name = $4 and state in ('importing', 'ready')", act.Account, name); err != nil {
			return Said{}, err
		}
		if _, err := tx.Exec(ctx, "delete from audience where account = $1 and name = $2", act.Account, name); err != nil {
			return Said{}, err
		}
		return Said{Text: cards.T("audience.answer_removed", "name", at(name))}, nil
	})
}
