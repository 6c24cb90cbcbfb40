// What a path stands for; no file and no socket is touched here.
#pragma once

#include <string>
#include <string_view>

namespace muster {

// The file that stands for a path: "/incident/F2104" is the console's, "/field/orders" the field
// app's. Empty for what must not be looked for: "..", hidden files.
std::string file_of_path(const std::string& path);
// Whether it is a route of the console or the field app rather than a file.
bool is_page_route(std::string_view path);
std::string content_type_of(std::string_view name);

}  // namespace muster
