package cards

import (
	"fmt"
	"strings"
	"time"
)

// Span is a length of time in words.
func Span(d time.Duration) Text {
	var en, zh []string
	for _, unit := range []struct {
		of     time.Duration
		en, zh string
	}{{24 * time.Hour, "d", " 天"}, {time.Hour, "h", " 小时"}, {time.Minute, "min", " 分钟"}, {time.Second, "s", " 秒"}} {
		if n := d / unit.of; n > 0 {
			en, zh = append(en, fmt.Sprintf("%d %s", n, unit.en)), append(zh, fmt.Sprintf("%d%s", n, unit.zh))
			d -= n * unit.of
		}
	}
	if len(en) == 0 {
		return Both("0 s", "0 秒")
	}
	return Both(strings.Join(en, " "), strings.Join(zh, " "))
}
