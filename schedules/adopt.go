package schedules

import (
	"context"
	"fmt"

	"magpie/store"
)

// Adopt gives the schedules of before they bore an account to account, and says so in the
// record of each. It is called at each start.
func (s *Schedules) Adopt(ctx context.Context, account string) error {
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		of, err := store.Column[int64](tx.Query(ctx, "update schedule set account = $1 where account = '' returning id", account))
		if err != nil {
			return err
		}
		for _, id := range of {
			if err := s.note(ctx, tx, id, "", "adopted"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("give the schedules to account %s: %w", account, err)
	}
	return nil
}
