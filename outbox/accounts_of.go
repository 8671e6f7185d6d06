package outbox

import (
	"context"
	"strconv"

	"magpie/store"
)

// AccountsOf are the accounts of requests, by their numbers as the record has them.
func AccountsOf(ctx context.Context, q store.Queryer, numbers []string) (map[string]string, error) {
	ns := make([]int64, len(numbers))
	for i, number := range numbers {
		ns[i], _ = strconv.ParseInt(number, 10, 64) // 0 is no request's
	}
	return store.Texts(ctx, q, "select cast(n as text), account from request where n in (KEYS)", ns)
}
