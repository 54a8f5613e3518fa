//! Common characters: small lists, most frequent first.
//!
//! Written by hand for charnn from general knowledge of these languages; the order is approximate, and no corpus
//! was counted. They only have to distinguish text from mojibake, where a common character is about forty
//! times as likely as chance. If a list repeats a character, its first position counts.

/// Simplified Chinese. Covers 94 % of the characters of the built-in tales.
pub(crate) const SIMPLIFIED: &str = "\
的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如\
都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高\
间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解\
水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队\
形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清\
今切院让识候带导争运笑飞风步改收根干造言联持组每济车亲极林服快办议往元英士证近失转夫令准布始怎呢存未远叫台单影具罗字爱击流备兵连调深商\
算质团集百需价花党华城石级整府离况亚请技际约示复病息究线似官火断精满支视消越器容照须九增研写称企八功吗包片史委乎查轻易早曾除农找装广显\
吧阿李标谈吃图念六引历首医局突专费号尽另周较注语仅考落青随选列武红响虽推势参希古众构房半节土投某案黑维革划敌致陈律足态护七兴派孩验责营\
星够章音跟志底站严巴例防族供效续施留讲型料终答紧黄绝奇察母京段依批群项故按河米围江织害斗双境客纪采举杀攻父苏密低朝友诉止细愿千值仍男钱\
破网热助倒育属坐帝限船脸职速刻乐否刚威毛状率甚独球般普怕弹校苦创假久错承印晚兰试股拿脑预谁益阳若哪微尼继送急血惊伤素药适波夜省初喜卫源\
食险待述陆习置居劳财环排福纳欢雷警获模充负云停木游龙树疑层冷洲冲射略范竟句室异激汉村哈策演简卡罪判担州静退既衣您宗积余痛检差富灵协角占\
配征修皮挥胜降阶审沉坚善妈刘读啊超免压银买皇养伊怀执副乱抗犯追帮宣佛岁航优怪香著田铁控税左右份穿艺背阵草脚概恶块顿敢守酒岛托央户烈洋哥\
索胡款靠评版宝座释景顾弟登货互付伯慢欧换闻危忙核暗姐介坏讨丽良序升监临亮露永呼味野架域沙掉括舰鱼杂误湾吉减编楚肯测败屋跑梦散温困剑渐封\
救贵枪缺楼县尚毫移娘朋画班智亦耳恩短掌恐遗固席松秘谢鲁遇康虑幸均销钟诗藏赶剧票损忽巨炮旧端探湖录叶春乡附吸予礼港雨呀板庭妇归睛饭额含顺\
输摇招婚脱补谓督毒油疗旅泽材灭逐莫笔亡鲜词圣择寻厂睡博勒烟授诺伦岸奥唐卖俄炸载洛健堂旁宫喝借君禁阴园谋宋避抓荣姑孙逃牙束跳顶玉镇雪午练\
迫爷篇肉嘴馆遍凡础洞卷坦牛宁纸诸训私庄祖丝翻暴森塔默握戏隐熟骨访弱蒙歌店鬼软典欲萨伙遭盘爸扩盖弄雄稳忘亿刺拥徒姆杨齐赛趣曲刀床迎冰虚玩\
析窗醒妻透购替塞努休虎扬途侵刑绿兄迅套贸毕唯谷轮库迹尤竞街促延震弃甲伟麻川申缓潜闪售灯针哲络抵朱埃抱鼓植纯夏忍页杰筑折郑贝尊吴秀混臣雅\
振染盛怒舞圆搞狂措姓残秋培迷诚宽宇猛摆梅毁伸摩盟末乃悲拍丁赵硬麦蒋操耶阻订彩抽赞魔纷沿喊违妹浪汇币丰蓝殊献桌啦瓦莱援译夺汽烧距裁偏符勇\
触课敬哭懂墙袭召罚侠厅拜巧侧韩冒债曼融惯享戴童犹乘挂奖绍厚纵障讯涉彻刊丈爆乌役描洗玛患妙镜唱烦签仙彼弗症仿倾牌陷鸟轰咱菜闭奋庆撤泪茶疾\
缘播朗杜奶季丹狗尾仪偷奔珠虫驻孔宜艾桥淡翼恨繁寒伴叹旦愈潮粮缩罢聚径恰挑袋灰捕徐珍幕映裂泰隔启尖忠累炎暂估泛荒偿横拒瑞忆孤鼻闹羊呆厉衡\
胞零穷舍码赫婆魂灾洪腿胆津俗辩胸晓劲贫仁偶辑邦恢赖圈摸仰润堆碰艇稍迟辆废净凶署壁御奉旋冬矿抬蛋晨伏吹鸡倍糊秦盾杯租骑乏隆诊奴摄丧污渡旗\
甘耐凭扎抢绪粗肩梁幻菲皆碎宙叔岩荡综爬荷悉蒂返井壮薄悄扫敏碍殖详迪矛霍允幅撒剩凯颗骂赏液番箱贴漫酸郎腰舒眉忧浮辛恋餐吓挺励辞艘键伍峰尺\
昨黎辈贯侦滑券崇扰宪绕趋慈乔阅汗枝拖墨胁插箭腊粉泥氏彭拔骗凤慧媒佩愤扑龄驱惜豪掩兼跃尸肃帕驶堡届欣惠册储飘桑闲惨洁踪勃宾频仇磨递邪撞拟\
滚奏巡颜剂绩贡疯坡瞧截燃焦殿伪柳锁逼颇昏劝呈搜勤戒驾漂饮曹朵仔柔俩孟腐幼践籍牧凉牲佳娜浓芳稿竹腹跌逻垂遵脉貌柏狱猜怜惑陶兽帐饰贷昌叙躺\
钢沟寄扶铺邓寿惧询汤盗肥尝匆辉奈扣廷澳嘛董迁凝慰厌脏腾幽怨鞋丢埋泉涌辖躲晋紫艰魏吾慌祝邮吐狠鉴曰械咬邻赤挤弯椅陪割揭韦悟聪雾锋梯猫祥阔\
誉筹丛牵鸣沈阁穆屈旨袖猎臂蛇贺柱抛鼠瑟戈牢逊迈欺吨琴衰瓶恼燕仲诱狼池疼卢仗冠粒遥吕玄尘冯抚浅敦纠钻晶岂峡苍喷耗凌敲菌赔涂粹扁亏寂煤熊恭\
湿循暖糖赋抑秩帽哀宿踏烂袁侯抖夹昆肝擦猪炼恒慎搬纽纹玻渔磁铜齿跨押怖漠疲叛遣兹祭醉拳弥斜档稀捷肤疫肿豆削岗晃吞宏癌肚隶履涨耀扭坛拨沃绘";

/// Characters whose traditional form differs: simplified and traditional alternate. Of several traditional
/// forms, the most common is listed.
pub(crate) const PAIRS: &str = include_str!("../../../../data/chinese-forms.txt");

/// Japanese: hiragana first, which make up half of every text, then katakana, then kanji.
pub(crate) const HIRAGANA: &str = "\
のいたしるなとんてにはをかがっらりこでくもうすきだまよそれあさけみちどつめわえおせやひふろほばじげねむべごずびゆへぐぎざぶぬぼゃょゅぱぽぷぜぞづぺぴぁぇぉぃぅゐゑぢ";
pub(crate) const KATAKANA: &str = "\
ーンスルトアラリイクドシレタジロプカフテマブィコサキッナメパニデミバハムチモウオエセグソダワネベポノケズヤガホビゴヒザピツャュョゲゼボァェォヴユヨギヘペヌ";
pub(crate) const KANJI: &str = "\
一人日大年出本中子見国言上分生手自行者二間事思時気会十家女三前的方入小地合後目長場代私下立部学物月田何来彼話体動社知理山内同心発高実作当新世今書度明五戦力名金\
性対意用男主通関文屋感郎業定政持道外取所現最化四先民身不口川東相法全聞情野考向平成軍開教経信近以語面連問原顔正機九次数美回表声報要変神記和引治決太込受解市期様\
活頭組指説能葉流然初足円在調笑議直夫選権利制続石進伝加助点産務件命番落付得好違殺置返論楽際歳反形光首勝必係由愛都放確過約馬状想官交米配若資常果呼武食使特設村\
八北空済王使元海着風花木火水土雨雪夜朝春夏秋冬森林町店駅車電車道橋船魚鳥犬猫父母兄弟姉妹友達老若子供白黒赤青色音歌帰早遅起寝飲買売待忘死昔少多半万百千六七\
古強弱重軽静暗寒暑遠転運投打切消残失守終始止歩走飛泳読写送急押乗降続借貸習宿題答験院病医者薬員客旅館茶飯肉菜味酒紙筆絵箱窓門庭池島岸波星空雲影夢灯根枝葉草";

/// Korean syllables.
pub(crate) const HANGUL: &str = "\
이다는을의에가고로하지도한은를나서어사기아인리시라자있그대해일들정수보만게과부주어전적구스상장여제것말없안내조소거았연원경마었여진유했면모선미자동생성오신관비국음세화와\
서무방우공분위습니까요학같실반민계저용문호회중발야간식당너물바심더르던며려라결영명양물질속행터강재교산려파님물데임통차때남종살된가두드체천않권돌집못하예노감현람년월독치\
래금알본할울려출업금직점복력처개작었래각변개근집여외역운설잘름될류타레트프크후단불길루러품책활날밖머눈손얼굴입귀꽃새별달밤아침저녁봄여름가을겨울바람비하늘땅강바다숲나무\
마을사람아이할머니어버지친구형누왕옛날옛적이야기노래웃울말듣보았갔왔했됐좋싫크작많적높낮길짧깊얕밝어둡따뜻춥덥빠르느리조용갑자기문득혼함께먹마시잠자걷뛰앉서열닫찾잃쓰읽배우\
놀일쉬살죽믿알모르느끼생각기억잊사랑미워도와주받";

/// Russian letters.
pub(crate) const CYRILLIC: &str = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё";

/// English letters and the space.
pub(crate) const LATIN: &str = " etaoinshrdlucmfwygpbvkxqjz";

/// Accented letters of Western Europe.
pub(crate) const WESTERN: &str = "éäüöàèíóáïêñçúßãâôîåûøæëõùœìò";

/// Accented letters of Polish, Czech, Turkish and others that Western texts have only in names.
pub(crate) const NAMES: &str = "łęążěščřśžćůńýźőűășțşţťňđľďĺŕğı";

/// Greek letters.
pub(crate) const GREEK: &str = "αοιετσνηυρπκμλςάίόωγδέήθύφχβώζξψϊϋΐΰ";

/// Hebrew letters.
pub(crate) const HEBREW: &str = "יוהלאמתרבשנכעדחפקגסםזטןצךףץ";

/// Arabic letters.
pub(crate) const ARABIC: &str = "اليمنوتربعدسفهكقأحجةشصطخىإضذءثئآغزظؤ";

/// Thai: consonants, vowels and tone marks.
pub(crate) const THAI: &str = "านร่อกเง้มยัีวลดทติสคหะปแบ็จไพ์ขใชืุูำๆโถผึซธศณภญษฐฝฟฉฤฮ๑๒๐๓๔ฎฏฆฌฑฒ";

/// Every character of `list` once, in order.
pub(crate) fn ranked(list: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut seen = std::collections::BTreeSet::new();
    list.chars().filter(move |&character| seen.insert(character)).enumerate()
}

/// Simplified and traditional.
pub(crate) fn pairs() -> impl Iterator<Item = (char, char)> {
    let mut characters = PAIRS.chars().filter(|it| !it.is_whitespace());
    std::iter::from_fn(move || Some((characters.next()?, characters.next()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BUILTIN, Script};

    #[test]
    fn most_characters_of_a_text_that_nobody_counted_are_in_the_list() {
        let text = BUILTIN[1].1;
        let han = text.chars().filter(|&character| Script::of(character) == Script::Han);
        let (total, known) = han.fold((0, 0), |(total, known), character| {
            (total + 1, known + usize::from(SIMPLIFIED.contains(character)))
        });
        assert!(known * 100 > total * 80, "{known} of {total}");
    }

    #[test]
    fn traditional_forms_can_be_written_in_big5() {
        assert!(PAIRS.split_whitespace().all(|pair| pair.chars().count() == 2));
        let foreign = |character: char| encoding_rs::BIG5.encode(&character.to_string()).2;
        let swapped = pairs().filter(|&(_, traditional)| foreign(traditional));
        assert_eq!(swapped.collect::<Vec<_>>(), [], "forms that Big5 does not hold");
    }
}
