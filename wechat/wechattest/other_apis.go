package wechattest

import "strings"

// otherAPIs are some that WeChat has and this server does not: their quota can be asked for.
// The paths are those of the tables in WxJava (WxMpApiUrl, WxMaApiUrlConstants, 2024-10) and of
// WeChat's index of pages; the kinds are those of the trees that the pages stand in.
var otherAPIs = []struct {
	kinds []Kind
	under string
	names string
}{
	{nil, "/cgi-bin/", "callback/check clear_quota/v2 get_api_domain_ip getcallbackip openapi/quota/clear ticket/getticket"},
	{nil, "/cgi-bin/message/custom/", "typing"},
	{nil, "/cv/img/", "aicrop qrcode superresolution"},
	{nil, "/cv/ocr/", "bankcard bizlicense comm driving drivinglicense idcard"},

	{official, "/cgi-bin/", "changeopenid get_current_autoreply_info get_current_selfmenu_info shorten/fetch shorten/gen shorturl"},
	{official, "/cgi-bin/customservice/", "getkflist getonlinekflist"},
	{official, "/cgi-bin/draft/", "switch"},
	{official, "/cgi-bin/material/", "add_news update_news"},
	{official, "/cgi-bin/media/", "get/jssdk uploadvideo voice/addvoicetorecofortext voice/queryrecoresultfortext voice/translatecontent"},
	{official, "/cgi-bin/menu/", "addconditional create delconditional delete get trymatch"},
	{official, "/cgi-bin/message/mass/", "speed/get speed/set"},
	{official, "/cgi-bin/tags/", "delete getidlist members/batchblacklist members/batchunblacklist members/getblacklist update"},
	{official, "/cgi-bin/user/", "info info/batchget info/updateremark"},
	{official, "/customservice/kfaccount/", "add del inviteworker update"},
	{official, "/customservice/kfsession/", "close create getsession getsessionlist getwaitcase"},
	{official, "/customservice/msgrecord/", "getmsglist"},
	{official, "/card/", "create delete get update user/getcardlist"},
	{official, "/datacube/", "getarticleread getarticleshare getarticlesummary getarticletotal getbizsummary getinterfacesummary getinterfacesummaryhour getupstreammsg getusercumulate getuserread getuserreadhour getusershare getusersharehour getusersummary"},

	{onlyService, "/cgi-bin/message/template/", "subscribe"},
	{onlyService, "/cgi-bin/template/", "api_add_template api_set_industry del_private_template get_industry"},
	{onlyService, "/wxa/sec/", "queryblocktmplmsg"},

	{miniPrograms, "/cgi-bin/", "message/device/subscribe/send wxaapp/createwxaqrcode"},
	{miniPrograms, "/datacube/", "getweanalysisappiddailyretaininfo getweanalysisappiddailysummarytrend getweanalysisappiddailyvisittrend getweanalysisappidmonthlyretaininfo getweanalysisappidmonthlyvisittrend getweanalysisappiduserportrait getweanalysisappidvisitdistribution getweanalysisappidvisitpage getweanalysisappidweeklyretaininfo getweanalysisappidweeklyvisittrend"},
	{miniPrograms, "/wxa/", "generate_urllink generatenfcscheme generatescheme genwxashortlink get_category get_page get_qrcode getuserriskrank getwxacode getwxacodeunlimit img_sec_check media_check_async msg_sec_check query_urllink"},
	{miniPrograms, "/wxa/business/", "getliveinfo getuserencryptkey getuserphonenumber"},
	{miniPrograms, "/wxa/sec/order/", "get_order get_order_list notify_confirm_receive upload_combined_shipping_info upload_shipping_info"},
}

var otherKinds = func() map[string][]Kind {
	all := map[string][]Kind{}
	for _, family := range otherAPIs {
		for _, name := range strings.Fields(family.names) {
			all[family.under+name] = family.kinds
		}
	}
	return all
}()

// kindsOf is for which kinds of account an API of WeChat's is; known is false where there is
// no such API.
func kindsOf(path string) (kinds []Kind, known bool) {
	if api, served := routes[path]; served {
		return api.kinds, true
	}
	kinds, known = otherKinds[path]
	return kinds, known
}
