// The register and the figures as tables with Chinese headings, for csv_of() and xlsx_of(). Pure; any thread.
#pragma once
#include <string>
#include <vector>

#include "gateway/ledger/figures.h"
#include "gateway/ledger/names.h"
#include "gateway/ledger/register_query.h"
#include "gateway/ledger/table_file.h"
#include "gateway/ledger/today.h"

namespace huying::ledger {

struct ExportHead {
  std::string street;          // 文苑街道
  bool demonstration = false;  // then every table says 演示数据，全部虚构
};

// Faces' columns of the zero register, and what an office wants beside them. Times are the street's, the end of a day as 24:00.
Table register_table(const RegisterPage& page, const Names& names, const ExportHead& head, const CivilZone& zone, const Today& today);

// One line a group: 应…数, 按时…数, 超时…数 of each stage, the three rates with numerator, denominator and what they leave out.
enum class FiguresBy : unsigned char { street, unit, cell, category, month };
Table figures_table(const std::vector<Figures>& figures, FiguresBy by, Period period, const Names& names, const ExportHead& head,
                    const CivilZone& zone, const Today& today);

// 2026-11-23 09:41; a time that ends a day: 2026-11-23 24:00. Empty for 0.
std::string sheet_time(const CivilZone& zone, std::int64_t at_ms);
std::string sheet_due_time(const CivilZone& zone, std::int64_t due_ms);

}  // namespace huying::ledger
