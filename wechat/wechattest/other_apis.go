package wechattest

import (
	"strings"

	"magpie/wechat/apis"
)

// otherAPIs are some that WeChat has and this server does not: their quota can be asked for.
// The paths are those of the tables in WxJava (WxMpApiUrl, WxMaApiUrlConstants, 2024-10) and of
// WeChat's index of pages; the kinds are those of the trees that the pages stand in.
var otherAPIs = []struct {
	kinds apis.Kinds
	under string
	names string
}{
	{apis.Everyone, "/cgi-bin/", "callback/check clear_quota/v2 get_api_domain_ip getcallbackip openapi/quota/clear ticket/getticket"},
	{apis.Everyone, "/cgi-bin/message/custom/", "typing"},
	{apis.Everyone, "/cv/img/", "aicrop qrcode superresolution"},
	{apis.Everyone, "/cv/ocr/", "bankcard bizlicense comm driving drivinglicense idcard"},

	{apis.Official, "/cgi-bin/", "changeopenid get_current_autoreply_info get_current_selfmenu_info shorten/fetch shorten/gen shorturl"},
	{apis.Official, "/cgi-bin/customservice/", "getkflist getonlinekflist"},
	{apis.Official, "/cgi-bin/draft/", "switch"},
	{apis.Official, "/cgi-bin/material/", "add_news update_news"},
	{apis.Official, "/cgi-bin/media/", "get/jssdk uploadvideo voice/addvoicetorecofortext voice/queryrecoresultfortext voice/translatecontent"},
	{apis.Official, "/cgi-bin/menu/", "addconditional create delconditional delete get trymatch"},
	{apis.Official, "/cgi-bin/message/mass/", "speed/get speed/set"},
	{apis.Official, "/cgi-bin/tags/", "delete getidlist members/batchblacklist members/batchunblacklist members/getblacklist update"},
	{apis.Official, "/cgi-bin/user/", "info info/batchget info/updateremark"},
	{apis.Official, "/customservice/kfaccount/", "add del inviteworker update"},
	{apis.Official, "/customservice/kfsession/", "close create getsession getsessionlist getwaitcase"},
	{apis.Official, "/customservice/msgrecord/", "getmsglist"},
	{apis.Official, "/card/", "create delete get update user/getcardlist"},
	{apis.Official, "/datacube/", "getarticleread getarticleshare getarticlesummary getarticletotal getbizsummary getinterfacesummary getinterfacesummaryhour getupstreammsg getusercumulate getuserread getuserreadhour getusershare getusersharehour getusersummary"},

	{apis.Service, "/cgi-bin/message/template/", "subscribe"},
	{apis.Service, "/cgi-bin/template/", "api_add_template api_set_industry del_private_template get_industry"},
	{apis.Service, "/wxa/sec/", "queryblocktmplmsg"},

	{apis.MiniProgram, "/cgi-bin/", "message/device/subscribe/send wxaapp/createwxaqrcode"},
	{apis.MiniProgram, "/datacube/", "getweanalysisappiddailyretaininfo getweanalysisappiddailysummarytrend getweanalysisappiddailyvisittrend getweanalysisappidmonthlyretaininfo getweanalysisappidmonthlyvisittrend getweanalysisappiduserportrait getweanalysisappidvisitdistribution getweanalysisappidvisitpage getweanalysisappidweeklyretaininfo getweanalysisappidweeklyvisittrend"},
	{apis.MiniProgram, "/wxa/", "generate_urllink generatenfcscheme generatescheme genwxashortlink get_category get_page get_qrcode getuserriskrank getwxacode getwxacodeunlimit img_sec_check media_check_async msg_sec_check query_urllink"},
	{apis.MiniProgram, "/wxa/business/", "getliveinfo getuserencryptkey getuserphonenumber"},
	{apis.MiniProgram, "/wxa/sec/order/", "get_order get_order_list notify_confirm_receive upload_combined_shipping_info upload_shipping_info"},
}

var otherKinds = func() map[string]apis.Kinds {
	all := map[string]apis.Kinds{}
	for _, family := range otherAPIs {
		for _, name := range strings.Fields(family.names) {
			all[family.under+name] = family.kinds
		}
	}
	return all
}()

// kindsOf is for which kinds of account an API of WeChat's is; known is false where there is
// no such API.
func kindsOf(path string) (kinds apis.Kinds, known bool) {
	if api, served := routes[path]; served {
		return api.For, true
	}
	kinds, known = otherKinds[path]
	return kinds, known
}
