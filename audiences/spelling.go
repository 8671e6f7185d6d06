package audiences

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// same reports whether two names differ by capitals only, which nobody tells apart on a card.
// How wide their signs are is no part of a name; see ParseName.
func same(a, b string) bool { return strings.EqualFold(a, b) }

// spelled is an account's audience of a name as it is spelled there; known is false, and the
// name as it was said, where there is none. Of before names were held together there may be
// several: each is called by its exact spelling, and any other is refused.
func (a *Audiences) spelled(ctx context.Context, q store.Queryer, account, name string) (spelling string, known bool, err error) {
	all, err := store.Column[string](q.Query(ctx, "select name from audience where account = $1 order by name", account))
	if err != nil {
		return "", false, fmt.Errorf("read the names of audiences: %w", err)
	}
	all = slices.DeleteFunc(all, func(other string) bool { return !same(other, name) })
	switch {
	case len(all) == 0:
		return name, false, nil
	case slices.Contains(all, name):
		return name, true, nil
	case len(all) == 1:
		return all[0], true, nil
	}
	names := make([]cards.Text, len(all))
	for i, other := range all {
		names[i] = at(other)
	}
	return "", false, cards.Refuse("audience.several", "names", names)
}

// spelledNew is how the name of a new audience is spelled: as one that is there, or as one
// that was removed and that work still refers to.
func (a *Audiences) spelledNew(ctx context.Context, tx *store.Tx, account, name string) (string, error) {
	// Two names that are the same are not made side by side: all wait here.
	if _, err := tx.Exec(ctx, "update counter set n = n where name = 'audience'"); err != nil {
		return "", err
	}
	name, known, err := a.spelled(ctx, tx, account, name)
	if err != nil || known {
		return name, err
	}
	before, err := store.Column[string](tx.Query(ctx, "select distinct name from audience_version where account = $1 order by name", account))
	if err != nil {
		return "", fmt.Errorf("read the names that audiences had: %w", err)
	}
	if slices.Contains(before, name) {
		before = slices.Insert(slices.DeleteFunc(before, func(other string) bool { return other == name }), 0, name)
	}
	for _, other := range before {
		if !same(other, name) {
			continue
		}
		work, err := a.Outbox.Referring(ctx, tx, account, outbox.Name{What: outbox.NamedAudience, Name: other})
		if err != nil {
			return "", err
		}
		if len(work) > 0 {
			return other, nil
		}
	}
	return name, nil
}
