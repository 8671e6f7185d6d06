package sending

import (
	"strings"
	"testing"
	"time"
)

func TestRates(t *testing.T) {
	t.Parallel()
	kinds, accounts := []string{"subscribe.send", "weapp.subscribe.send"}, map[string]string{"main": "wx1", "shop-mini": "wx2"}
	rates, err := ParseRates(" shop-mini/subscribe.send = 50/s, subscribe.send=100/s,main / weapp.subscribe.send=60/m ", kinds, accounts)
	if err != nil {
		t.Fatal(err)
	}
	for of, want := range map[[2]string]time.Duration{
		{"wx2", "subscribe.send"}: 20 * time.Millisecond, {"wx1", "subscribe.send"}: 10 * time.Millisecond,
		{"wx1", "weapp.subscribe.send"}: time.Second, {"wx2", "weapp.subscribe.send"}: 0,
	} {
		if got := rates.of(of[0], of[1]); got != want {
			t.Errorf("of%v = %s, want %s", of, got, want)
		}
	}
	_, err = ParseRates("shop/subscribe.send=5/s,/subscribe.send=5/s,main/nothing=5/s,main/subscribe.send=fast", kinds, accounts)
	for _, want := range []string{`"shop/subscribe.send=5/s" names an unknown account (known: main, shop-mini)`, `"/subscribe.send=5/s" names an unknown account`, `"main/nothing=5/s" names an unknown kind`, `"main/subscribe.send=fast" does not read`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseRates says %v, want %s", err, want)
		}
	}
}
