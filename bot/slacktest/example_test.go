package slacktest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"magpie/bot/slacktest"
)

// A program that speaks to Slack is pointed at the workspace by its address;
// what it did is then there to be seen.
func Example() {
	w := slacktest.Start(slacktest.Options{})
	defer w.Close()
	w.AddChannel(slacktest.Channel{ID: "C1", Name: "general", BotIn: true})

	api := slack.New("xoxb-test", slack.OptionAPIURL(w.APIURL))
	go func() { _, _, _ = api.PostMessage("C1", slack.MsgOptionText("hello", false)) }()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := w.WaitFor(ctx, func() bool { return len(w.Messages("C1")) == 1 }); err != nil {
		fmt.Println(err)
	}
	fmt.Println(w.Messages("C1")[0].PlainText())
	// Output: hello
}
