package schedules

import (
	"context"
	"strconv"

	"magpie/store"
)

// AccountsOf are the accounts of schedules, by their ids as the record has them.
func AccountsOf(ctx context.Context, q store.Queryer, ids []string) (map[string]string, error) {
	ns := make([]int64, len(ids))
	for i, id := range ids {
		ns[i], _ = strconv.ParseInt(id, 10, 64) // 0 is no schedule's
	}
	return store.Texts(ctx, q, "select cast(id as text), account from schedule where id in (KEYS)", ns)
}
