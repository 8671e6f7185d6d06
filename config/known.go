package config

import (
	"maps"
	"slices"

	"github.com/agext/levenshtein"
)

// Known are all keys that Load reads, those of the accounts of ACCOUNTS among them, in
// alphabetical order.
func Known(getenv func(string) string) []string {
	asked := map[string]bool{}
	// What some settings ask for they ask for only where others are set.
	for _, call := range callWays {
		_, _ = Load(func(key string) string {
			asked[key] = true
			switch key {
			case "WECHAT_CALL":
				return call
			case "OPENAI_API_KEY", "WECHAT_KIND":
				return "asked"
			case "ACCOUNTS":
				return ""
			}
			return getenv(key)
		})
	}
	_, _ = Load(func(key string) string {
		asked[key] = true
		return getenv(key)
	})
	return slices.Sorted(maps.Keys(asked))
}

// Nearest is the one of the keys that takes the fewest changes of a letter, a third of its
// length at most; "" where there is none.
func Nearest(key string, keys []string) (best string) {
	least := len(key)/3 + 1
	for _, k := range keys {
		if d := levenshtein.Distance(key, k, nil); d < least {
			best, least = k, d
		}
	}
	return best
}
