package outbox

import (
	"context"
	"strconv"

	"magpie/store"
)

// AccountsOf are the accounts of requests, removed ones too, by their numbers as the record has them.
func AccountsOf(ctx context.Context, q store.Queryer, numbers []string) (map[string]string, error) {
	ns := make([]int64, len(numbers))
	for i, number := range numbers {
		ns[i], _ = strconv.ParseInt(number, 10, 64) // 0 is no request's
	}
	return store.Texts(ctx, q, "select cast(n as text), account from (select n, account from request union all select n, account from removed_request) as both_of_them where n in (KEYS)", ns)
}
