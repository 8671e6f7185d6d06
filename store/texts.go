package store

import (
	"context"
	"fmt"
	"strings"
)

// Texts reads pairs of texts, key and value, that a query with `in (KEYS)` in it finds for
// some keys, a few thousand at most; KEYS is written in their place.
func Texts[K any](ctx context.Context, q Queryer, query string, keys []K) (map[string]string, error) {
	places, args := make([]string, len(keys)), make([]any, len(keys))
	for i, key := range keys {
		places[i], args[i] = fmt.Sprintf("$%d", i+1), key
	}
	rows, err := q.Query(ctx, strings.Replace(query, "KEYS", strings.Join(places, ", "), 1), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make(map[string]string, len(keys))
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		found[key] = value
	}
	return found, rows.Err()
}
