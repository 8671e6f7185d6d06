package bot

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"magpie/bot/slacktest"
)

// BenchmarkSlash measures what a person waits for the acknowledgement of a slash
// command, through the real socket, with a Book that answers at once.
func BenchmarkSlash(b *testing.B) {
	w := slacktest.Start(slacktest.Options{})
	defer w.Close()
	w.AddUser(slacktest.User{ID: amy})
	w.AddChannel(slacktest.Channel{ID: general, BotIn: true})
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	words, err := NewWords(log)
	if err != nil {
		b.Fatal(err)
	}
	client := NewClient(botToken, appToken, w.APIURL)
	bot := New(Options{
		Client: client, Book: &fakeBook{do: answering}, Words: words, Log: log,
		Directory: NewDirectory(client, DirectoryOptions{Log: log}),
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- bot.Run(ctx) }()
	if err := w.WaitConnected(ctx, 1); err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	var took []time.Duration
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		var mine []time.Duration
		for pb.Next() {
			ack, err := w.Say(ctx, amy, general, "/wechat help")
			if err != nil {
				b.Error(err)
				return
			}
			mine = append(mine, ack.Took)
		}
		mu.Lock()
		took = append(took, mine...)
		mu.Unlock()
	})
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "acks/s")
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
