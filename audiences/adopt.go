package audiences

import (
	"context"
	"fmt"

	"magpie/store"
)

// Adopt gives the audiences and the unsubscribe list of before they bore an account to
// account, and says so in the record of each. It is called at each start.
func (a *Audiences) Adopt(ctx context.Context, account string) error {
	err := a.DB.Update(ctx, func(tx *store.Tx) error {
		names, err := store.Column[string](tx.Query(ctx, "update audience set account = $1 where account = '' returning name", account))
		if err != nil {
			return err
		}
		var given int64
		for _, table := range []string{"audience_version", "unsubscribed"} {
			if given, err = tx.Exec(ctx, "update "+table+" set account = $1 where account = ''", account); err != nil {
				return err
			}
		}
		if _, err := a.journal.Adopt(ctx, tx, account); err != nil {
			return err
		}
		if given > 0 {
			names = append(names, "") // the unsubscribe list
		}
		for _, name := range names {
			if err := a.noteSelf(ctx, tx, account, name, "adopted", account); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("give the audiences to account %s: %w", account, err)
	}
	return nil
}
