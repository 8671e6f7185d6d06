package wechat_test

import (
	"context"
	"errors"
	"fmt"

	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// A notification goes out and meets the three ways in which it may fail: before the call, by
// WeChat's refusal, and without an answer, when nobody knows.
func Example() {
	server, address, stop := wechattest.Start(wechattest.Options{}) // WeChat itself would be the default
	defer stop()
	client, err := wechat.New(wechat.Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: address})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	message := wechat.SubscribeMsg{ToUser: "oAnn", TemplateID: "T1", Data: map[string]wechat.DataValue{"thing1": {Value: "Tea is ready"}, "time2": {Value: "15:01"}}}

	if err := client.SendSubscribe(ctx, message); err != nil {
		fmt.Println(err)
		return
	}
	arrived := server.Phone().Notifications[0]
	fmt.Println(arrived.OpenID, "reads:", arrived.Lines[0].Value)

	wrong := message
	wrong.Data = map[string]wechat.DataValue{"time2": {Value: "soon"}, "phrase3": {Value: "much too long"}}
	for _, fault := range wechat.FieldErrors(client.SendSubscribe(ctx, wrong)) {
		fmt.Println("not called:", fault.In("en"))
	}

	server.Refuses("oAnn")
	var failed *wechat.Error
	if errors.As(client.SendSubscribe(ctx, message), &failed) {
		fmt.Println("refused:", failed.Code, failed.Meaning("en"))
	}

	server.Refuses()
	server.DropAfter(1)
	if errors.As(client.SendSubscribe(ctx, message), &failed) {
		_, again := failed.RetryAfter()
		fmt.Printf("no answer: not sent %t, unclear %t, to be tried again %t\n", failed.NotSent(), failed.Unclear(), again)
	}
	fmt.Println("on the phone:", len(server.Phone().Notifications))
	// Output:
	// oAnn reads: Tea is ready
	// not called: data.phrase3: Chinese characters only
	// not called: data.time2: must be a 24-hour time such as 15:01 or 15:01:30, with a date if wanted (2019-10-01 15:01), or two of them joined with "~"
	// refused: 43101 The person has not subscribed, or has used the subscription up.
	// no answer: not sent false, unclear true, to be tried again false
	// on the phone: 2
}
