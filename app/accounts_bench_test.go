package app

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
	"magpie/wechat/wechattest"
)

// BenchmarkAccounts starts magpie as a process of its own, with one account and with fifty,
// each at a WeChat that answers: how long it takes until Slack's lines reach it, and what it
// holds in memory once it rests.
func BenchmarkAccounts(b *testing.B) {
	for _, count := range []int{1, 50} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			var took time.Duration
			var resident int64
			for range b.N {
				w := newWorld(b, storetest.SQLite(b), nil)
				w.env["WECHAT_APP_ID"], w.env["WECHAT_APP_SECRET"] = "", ""
				names := make([]string, count)
				for i := range names {
					names[i] = fmt.Sprintf("a%d", i)
					appID := fmt.Sprintf("wx%016d", i)
					_, url, stop := wechattest.Start(wechattest.Options{AppID: appID})
					b.Cleanup(stop)
					key := fmt.Sprintf("WECHAT_A%d_", i)
					w.env[key+"APP_ID"], w.env[key+"APP_SECRET"], w.env[key+"API_URL"], w.env[key+"KIND"] = appID, wechattest.DefaultAppSecret, url, "service"
				}
				w.env["ACCOUNTS"] = strings.Join(names, ",")
				began := time.Now()
				cmd := w.process(b)
				took += time.Since(began)
				time.Sleep(3 * time.Second) // what it does after its start
				resident += residentOf(b, cmd.Process.Pid)
			}
			b.ReportMetric(float64(took.Milliseconds())/float64(b.N), "ms/start")
			b.ReportMetric(float64(resident)/float64(b.N)/1024, "MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// residentOf is how many KB of memory a process holds.
func residentOf(b *testing.B, pid int) int64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "\nVmRSS:")
	number, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kb, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb
}
